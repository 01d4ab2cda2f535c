// The words about a second device and about who is who, in French and English.
export const PEOPLE_FR = {
  secondLabel: "Un second appareil pour la même personne",
  second_none: "Un seul appareil", second_phone: "+ un second téléphone", second_shop: "+ le chat de la boutique, connecté", second_visitor: "+ le chat de la boutique, anonyme",
  secondPhone: "Second téléphone de la même personne", secondShop: "La page de la boutique et son chat",
  follow: "Ouvrir le lien : continuer sur {channel}", arrives: "Me voilà", arrived: "Arrivé sur {channel}.",
  whoTitle: "{name}, pour le guichet", whoHint: "Le bot ne lit ensemble que ce qui est prouvé. Un lien ou une ressemblance, seuls les conseillers le voient.", whoNobody: "Personne n'a encore écrit : le guichet ne connaît personne.", whoNumber: "Client {n}",
  mark_alone: "un seul canal", mark_proved: "prouvé : une seule conversation", mark_linked: "lié pour les conseillers, pas prouvé", mark_suggested: "peut-être la même personne", mark_refused: "séparés par une personne", mark_stranger: "inconnus l'un de l'autre", provedBy: "Prouvé par", anonymous: "anonyme",
  w_agent: "une personne de la marque", w_platform: "la plateforme (deux identifiants ensemble)", w_mail: "un e-mail authentifié", w_phone: "le numéro de WhatsApp", w_signed: "la boutique (connexion signée)", w_code: "un code renvoyé", w_link: "un lien confirmé à l'origine", w_arrived: "un lien ouvert",
  w_customer_id: "le numéro client de la boutique", w_said_phone: "même numéro, à vérifier", w_said_mail: "même e-mail, écrit", w_said_order: "même commande, écrite", w_conflict: "une clé, deux personnes", w_split: "séparés",
  do_merge: "Réunir (vérifié)", do_link: "Lier pour les conseillers", do_split: "Séparer", do_refuse: "Ce sont deux personnes", did_refuse: "Noté : ce sont deux personnes.", did_merge: "Réunis : une seule conversation.", did_link: "Liés : les conseillers voient les deux.", did_split: "Séparés : chacun retrouve ses messages.",
};

export const PEOPLE_EN = {
  secondLabel: "A second device of the same person",
  second_none: "One device", second_phone: "+ a second phone", second_shop: "+ the shop's chat, signed in", second_visitor: "+ the shop's chat, anonymous",
  secondPhone: "Second phone of the same person", secondShop: "The shop's page and its chat",
  follow: "Open the link: go on by {channel}", arrives: "Here I am", arrived: "Arrived on {channel}.",
  whoTitle: "{name}, to the counter", whoHint: "The bot reads together only what is proved. A link or a likeness is for agents alone.", whoNobody: "Nobody has written yet: the counter knows nobody.", whoNumber: "Customer {n}",
  mark_alone: "one channel", mark_proved: "proved: one conversation", mark_linked: "linked for agents, not proved", mark_suggested: "perhaps the same person", mark_refused: "kept apart by a person", mark_stranger: "strangers to each other", provedBy: "Proved by", anonymous: "anonymous",
  w_agent: "a person of the brand", w_platform: "the platform (two ids at once)", w_mail: "an authenticated e-mail", w_phone: "WhatsApp's number", w_signed: "the shop (signed sign-in)", w_code: "a code typed back", w_link: "a link confirmed where it began", w_arrived: "a link that was opened",
  w_customer_id: "the shop's customer number", w_said_phone: "same number, to be checked", w_said_mail: "same e-mail, typed", w_said_order: "same order, typed", w_conflict: "one key, two persons", w_split: "split",
  do_merge: "Make one (verified)", do_link: "Link for agents", do_split: "Split", do_refuse: "They are two", did_refuse: "Noted: they are two people.", did_merge: "Made one: a single conversation.", did_link: "Linked: agents see both.", did_split: "Split: each has their messages back.",
};
