"""
The price table: AWS's list prices for Europe (Paris), eu-west-3, USD without tax, of late 2025.

Written down from memory on 22 November 2026: no page could be read where this was written.
Nothing was fetched while measuring. `checked` says how far a price could be verified when this table was written:
"rule" = AWS states the unit and how it is counted; "us" = AWS's published us-east-1 price was found, and the Paris
price is from memory; check it at `page` before you sign a budget. The free tiers that never end
(a month's first million SQS requests, million Lambda requests, 400 000 GB-s, 10 alarms, 5 GB of logs; they are an
account's, not a stage's) are NOT taken off the price of a million
messages; the idle month shows both.
"""

from __future__ import annotations

from dataclasses import dataclass

DATED = "of late 2025, from memory"
REGION = "eu-west-3"


@dataclass(frozen=True, slots=True)
class Price:
    """USD for one unit. `page` is AWS's page."""

    usd: float
    per: str
    page: str
    checked: str = "us"


MILLION = 1_000_000
PRICES = {
    "dynamodb_write": Price(0.7423 / MILLION, "write request unit", "aws.amazon.com/dynamodb/pricing/on-demand"),
    "dynamodb_read": Price(0.14846 / MILLION, "read request unit", "aws.amazon.com/dynamodb/pricing/on-demand"),
    "dynamodb_gb": Price(0.297, "GB-month", "aws.amazon.com/dynamodb/pricing/on-demand"),
    "dynamodb_backup_gb": Price(
        0.2376, "GB-month of point-in-time recovery", "aws.amazon.com/dynamodb/pricing/on-demand"
    ),
    "sqs_standard": Price(0.40 / MILLION, "request of up to 64 KB", "aws.amazon.com/sqs/pricing"),
    "sqs_fifo": Price(0.50 / MILLION, "request of up to 64 KB", "aws.amazon.com/sqs/pricing"),
    "lambda_request": Price(0.20 / MILLION, "invocation", "aws.amazon.com/lambda/pricing"),
    "lambda_gb_s": Price(0.0000133334, "GB-second on arm64", "aws.amazon.com/lambda/pricing"),
    "api_http": Price(
        1.17 / MILLION, "HTTP API request of up to 512 KB (a REST API's: 3.70)", "aws.amazon.com/api-gateway/pricing"
    ),
    "logs_gb": Price(0.5985, "GB taken in by CloudWatch Logs", "aws.amazon.com/cloudwatch/pricing"),
    "alarm": Price(0.10, "alarm-month", "aws.amazon.com/cloudwatch/pricing"),
    "metric": Price(0.30, "custom metric-month", "aws.amazon.com/cloudwatch/pricing"),
    "s3_put": Price(5.3 / MILLION, "PUT request", "aws.amazon.com/s3/pricing"),
    "s3_get": Price(0.42 / MILLION, "GET request", "aws.amazon.com/s3/pricing"),
    "sns": Price(0.50 / MILLION, "notice to a queue", "aws.amazon.com/sns/pricing"),
    "s3_gb": Price(0.024, "GB-month", "aws.amazon.com/s3/pricing"),
}
FREE_SQS = 1_000_000
FREE_LAMBDA_REQUESTS = 1_000_000
FREE_GB_S = 400_000
FREE_ALARMS = 10
FREE_LOGS_GB = 5

# What AWS's own time costs beyond our CPU, in milliseconds a call within the region: assumptions, not measurements.
# The platform's is an ordinary answer time of a Graph API send. Lambda bills while we wait.
LATENCY_MS = {"read": 4.0, "write": 6.0, "transaction": 12.0, "sqs": 8.0, "s3": 20.0, "ssm": 15.0, "platform": 200.0}
# A full processor is given at 1 769 MB (docs.aws.amazon.com/lambda, "memory"): less memory, slower CPU.
FULL_CPU_MB = 1_769
# CloudWatch adds this to each entry. Lambda's own START, END and REPORT lines are off (infra.template).
LOG_BYTES_AN_ENTRY = 26
# One line of the API's access log (infra.http_api): as drawn for a webhook, with that entry's 26 bytes.
ACCESS_LOG_BYTES = 181
