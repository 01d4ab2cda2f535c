"""
AWS's errors as one sentence each, which says what to do.

Every error of boto3 and botocore passes through here; one that this table does not know becomes a sentence too.
"""

from __future__ import annotations

import os

import boto3.exceptions
import botocore.exceptions as aws

from chalicelib.errors import GuichetError, Misconfigured, UsageError

RIGHTS = "These credentials may not do this; infra/policies has the rights that are needed (docs/operate.md)."
EXPIRED = "The AWS session has expired; {login}."

# What AWS answers -> what to do about it.
MEANINGS = {
    "ExpiredToken": EXPIRED,
    "ExpiredTokenException": EXPIRED,
    "RequestExpired": "AWS finds the request too old; set this machine's clock and try again.",
    "RequestTimeTooSkewed": "This machine's clock is wrong; set it and try again.",
    "InvalidClientTokenId": "AWS does not know these credentials; check AWS_PROFILE or AWS_ACCESS_KEY_ID.",
    "InvalidAccessKeyId": "AWS does not know these credentials; check AWS_PROFILE or AWS_ACCESS_KEY_ID.",
    "UnrecognizedClientException": "AWS does not know these credentials here; check AWS_PROFILE and AWS_REGION.",
    "OptInRequired": "The account has not switched on this service or region.",
    "SignatureDoesNotMatch": "AWS refuses these credentials; check AWS_SECRET_ACCESS_KEY.",
    "AccessDenied": RIGHTS,
    "AccessDeniedException": RIGHTS,
    "UnauthorizedOperation": RIGHTS,
}

# What boto3 and botocore raise themselves -> what to do. The first class that fits is taken.
CAUSES: tuple[tuple[type[Exception], str], ...] = (
    (aws.NoCredentialsError, "No AWS credentials were found; set AWS_PROFILE, or AWS_ACCESS_KEY_ID and its secret."),
    (
        aws.PartialCredentialsError,
        "Half of the AWS credentials are missing; set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    ),
    (aws.ProfileNotFound, "{error} Choose one that 'aws configure list-profiles' shows."),
    (
        aws.MissingDependencyException,
        "This way of logging in needs awscrt: '.venv/bin/pip install awscrt', or export keys and set them instead.",
    ),
    (aws.LoginError, "The AWS login is missing or has expired; {login}."),
    (aws.SSOError, "The AWS single sign-on is missing or has expired; {login}."),
    (aws.TokenRetrievalError, "The AWS single sign-on is missing or has expired; {login}."),
    (
        aws.CredentialRetrievalError,
        "The AWS credentials could not be fetched; {login}, or repair the profile's credential_process or role.",
    ),
    (aws.InvalidConfigError, "The AWS configuration is wrong: {error} Repair ~/.aws/config."),
    (aws.ConfigNotFound, "{error} Check AWS_CONFIG_FILE."),
    (aws.ConfigParseError, "The AWS configuration cannot be read: {error} Repair it."),
    (aws.NoRegionError, "No AWS region is chosen; set AWS_REGION, for example AWS_REGION=eu-west-3."),
    (aws.InvalidRegionError, "{error} Set AWS_REGION, for example AWS_REGION=eu-west-3."),
    (
        aws.EndpointConnectionError,
        "{error} Check the network and AWS_REGION (or start 'guichet run' for the local stage).",
    ),
    (aws.ProxyConnectionError, "{error} Check HTTPS_PROXY."),
    (aws.SSLError, "{error} A proxy may stand in between: AWS_CA_BUNDLE names its certificate."),
    (aws.UnknownRegionError, "{error} Set AWS_REGION, for example AWS_REGION=eu-west-3."),
    (aws.ConnectTimeoutError, "{error} Check the network and AWS_REGION."),
    (aws.HTTPClientError, "AWS did not answer: {error} Check the network and try again; what was done is kept."),
)


def told(error: Exception) -> GuichetError:
    """Return our error for one of AWS's, with the sentence that explains it."""
    if isinstance(error, aws.ClientError):
        return _refused(error)
    if isinstance(error, boto3.exceptions.S3UploadFailedError) and isinstance(error.__context__, aws.ClientError):
        return _refused(error.__context__)
    for kind, sentence in CAUSES:
        if isinstance(error, kind):
            return Misconfigured(sentence.format(error=_ended(error), login=_login()))
    return UsageError(f"AWS could not be used: {_ended(error)}")


def _refused(error: aws.ClientError) -> GuichetError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    if code in MEANINGS:
        return Misconfigured(f"{MEANINGS[code].format(login=_login())} (AWS: {code} on {error.operation_name})")
    return UsageError(f"AWS refused {error.operation_name}: {error.response.get('Error', {}).get('Message') or code}")


def _ended(error: Exception) -> str:
    """Give the error's own words on one line, ended by a dot."""
    return " ".join(str(error).split()).rstrip(".") + "."


def _login() -> str:
    profile = os.environ.get("AWS_PROFILE")
    chosen = f" --profile {profile}" if profile else ""
    return f"log in again (aws sso login{chosen}, aws login{chosen}, or new keys)"
