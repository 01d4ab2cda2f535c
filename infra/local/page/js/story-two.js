// The story's chapter of one customer on two phones: what is not proved goes nowhere, what is proved goes on.
import { byId } from "./dom.js";
import { go, newPerson, write } from "./phone.js";
import { openSecond } from "./second.js";
import { emit, here, until, world } from "./state.js";
import { language } from "./words.js";

export const TWO = {
  fr: {
    where: "Il est où mon colis ?", elsewhere: "Vous êtes ouverts le dimanche ?", number: "10486",
    t1: "{who} demande son colis sur WhatsApp ; le bot demande le numéro. Sur un second téléphone, Messenger : pour le guichet, quelqu'un d'autre.",
    t2: "Rien de l'un n'est montré à l'autre. Une personne de la marque a vérifié que c'est bien {who} : les deux ne font plus qu'une conversation.",
    t3: "{who} donne le numéro sur Messenger : il répond à la question de WhatsApp. Et « Séparer » rend à chacun ses messages.",
  },
  en: {
    where: "Where is my parcel?", elsewhere: "Are you open on Sundays?", number: "10486",
    t1: "{who} asks for a parcel on WhatsApp; the bot asks for its number. On a second phone, Messenger: somebody else, to the counter.",
    t2: "Nothing of one is shown to the other. Somebody of the brand has verified that it is {who}: the two are one conversation now.",
    t3: "{who} gives the number on Messenger: it answers the question of WhatsApp. Split gives each their messages back.",
  },
};
const [FIRST, SECOND] = ["whatsapp", "messenger"];
const PATIENCE_MS = 12000;

/** Play it with the story's own `beat`, `caption` and `type`. It ends early where no stage says who is who. */
export async function twoPhones({ beat, caption, type }) {
  const words = TWO[language()];
  const person = await newPerson();
  const who = { who: person.name.split(" ")[0] };
  const told = (channel) => [...world.bubbles.values()].filter((one) => one.person === person.key && one.channel === channel && one.side === "brand").length;
  const button = () => byId("people-known").querySelector("[data-do=merge]");
  go({ channel: FIRST, surface: "private", person: person.key });
  emit("pane", "customer");
  caption("t1", 74, who);
  await type(words.where);
  await until(() => told(FIRST), PATIENCE_MS);
  openSecond("phone", SECOND);
  await write(words.elsewhere, "", "", SECOND);
  await until(() => told(SECOND), PATIENCE_MS);
  await beat(3000);
  if (await until(button, 3000)) {
    caption("t2", 77, who);
    await beat(5000);
    button()?.click();
    await until(() => !button(), 5000);
    const before = told(SECOND);
    await write(words.number, "", "", SECOND);
    await until(() => told(SECOND) > before, PATIENCE_MS);
    caption("t3", 79, who);
    await beat(6000);
  }
  openSecond("");
  here.surface = "private";
}
