// What the page says of accounts, in French and English.
export const ACCOUNT_FR = {
  a_title: "Les comptes", a_hint: "Chaque page, numéro ou boîte de la marque : connectez-le, cassez son jeton, demandez au docteur, réparez. Les mêmes fonctions que guichet account, et aucun jeton à l'écran.",
  a_look: "Regarder les comptes", a_again: "Relire la liste", a_list: "Comptes de {brand}", a_none: "Aucun compte n'est connecté.", a_sends: "envoie", a_paused: "n'envoie plus ({why})",
  a_doctor: "Demander au docteur", a_doctorOf: "Demander au docteur : {name}", a_asking: "Le docteur regarde…", a_well: "Tout va bien : {n} points regardés.", a_ill: "{n} à réparer sur {all}.",
  a_ok: "bien", a_bad: "à réparer", a_do: "À faire",
  a_reconnect: "Reconnecter", a_reconnectOf: "Reconnecter : {name}", a_break: "Casser le jeton", a_breakOf: "Casser le jeton : {name}", a_broken: "La plateforme a repris le jeton de {name}. Guichet ne le sait pas encore : écrivez comme un client, ou demandez au docteur.",
  a_leave: "Déconnecter", a_leaveOf: "Déconnecter : {name}", a_leaveSure: "Déconnecter {name} ?", a_leaveMore: "Ses secrets sont effacés, ce qui est posé chez la plateforme est repris. Les conversations restent. Réponses en attente : {n}.", a_left: "{name} est déconnecté.", a_cancel: "Annuler",
  a_new: "Connecter un compte", a_channel: "Canal", a_begin: "Commencer",
  a_panel: "Connecter {name}", a_lacking: "Il manque encore, de l'application :", a_go: "Continuer", a_open: "Ouvrir la page de la plateforme", a_openMore: "Elle s'ouvre à côté et vaut dix minutes. Revenez ici ensuite.", a_waiting: "En attente de la réponse de la plateforme…",
  a_choose: "Quel compte ?", a_rest: "La fin de son identifiant", a_connect: "Connecter ce compte", a_id: "Identifiant du compte", a_kept: "Laissez vide ce qui est déjà gardé, ou inutile.", a_console: "Ouvrir la console de la plateforme (jouée ici) pour y copier les clés", a_optional: "facultatif",
  a_done: "{name} est connecté.", a_rung: "Réponses qui attendaient et partent maintenant : {n}.", a_set: "Posé chez la plateforme", a_unset: "Rendu par la plateforme", a_tried: "Notre adresse, essayée", a_todo: "Reste à faire chez la plateforme", a_review: "Attend la plateforme",
  a_closePanel: "Fermer", n_token_revoked: "La plateforme a repris le jeton : {subject}",
};

export const ACCOUNT_EN = {
  a_title: "The accounts", a_hint: "Each page, number or mailbox of the brand: connect it, break its token, ask the doctor, repair it. The same functions as guichet account, and no token on the screen.",
  a_look: "Look at the accounts", a_again: "Read the list again", a_list: "Accounts of {brand}", a_none: "No account is connected.", a_sends: "sends", a_paused: "sends no more ({why})",
  a_doctor: "Ask the doctor", a_doctorOf: "Ask the doctor: {name}", a_asking: "The doctor is looking…", a_well: "All is well: {n} things looked at.", a_ill: "{n} to repair of {all}.",
  a_ok: "well", a_bad: "to repair", a_do: "To do",
  a_reconnect: "Connect again", a_reconnectOf: "Connect again: {name}", a_break: "Break the token", a_breakOf: "Break the token: {name}", a_broken: "The platform took back the token of {name}. Guichet does not know it yet: write as a customer, or ask the doctor.",
  a_leave: "Disconnect", a_leaveOf: "Disconnect: {name}", a_leaveSure: "Disconnect {name}?", a_leaveMore: "Its secrets are deleted, and what is set at the platform is taken back. Conversations stay. Answers that wait: {n}.", a_left: "{name} is disconnected.", a_cancel: "Cancel",
  a_new: "Connect an account", a_channel: "Channel", a_begin: "Begin",
  a_panel: "Connect {name}", a_lacking: "Still missing, of the app:", a_go: "Go on", a_open: "Open the platform's page", a_openMore: "It opens beside this one and is good for ten minutes. Come back here then.", a_waiting: "Waiting for the platform's answer…",
  a_choose: "Which account?", a_rest: "The end of its id", a_connect: "Connect this account", a_id: "The account's id", a_kept: "Leave empty what is stored already, or not needed.", a_console: "Open the platform's console (played here) and copy the keys from there", a_optional: "optional",
  a_done: "{name} is connected.", a_rung: "Answers that waited and leave now: {n}.", a_set: "Set at the platform", a_unset: "Taken back at the platform", a_tried: "Our address, tried", a_todo: "Left to do at the platform", a_review: "Waits for the platform",
  a_closePanel: "Close", n_token_revoked: "The platform took the token back: {subject}",
};
