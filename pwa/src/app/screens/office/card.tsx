/** One person's enrolment card, in their language: who, where, the code, the address in words, until when, what to do. */
import { localized as inLanguage } from "../../../shared/language";
import { common } from "../../i18n/common";
import { formatMoment } from "../../i18n/format";
import { sheets } from "../../i18n/sheets";
import { isRole } from "./people-data";
import { QrCode } from "./qr-code";
import { languageOf, type CardOf } from "./sheets-data";

const STEPS = ["card.step.1", "card.step.2", "card.step.3"] as const;

export function Card({ person, link }: CardOf) {
  const spoken = languageOf(person);
  const words = sheets[spoken];
  const roles = person.roles.map(({ role, place }) => `${isRole(role) ? common[spoken][`role.${role}`] : role} · ${inLanguage(place.name, spoken)}`);
  return (
    <article class="enrolment-card" lang={spoken} data-person={person.id}>
      <header>
        <h2>{person.name}</h2>
        <p>{roles.join("; ")}</p>
      </header>
      <div class="enrolment-card-how">
        <QrCode text={link.url} label={`${words["card.title"]}: ${person.name}`} />
        <ol>
          {STEPS.map((step) => (
            <li key={step}>{words[step]}</li>
          ))}
        </ol>
      </div>
      <p class="enrolment-card-link">{link.url}</p>
      <footer>
        <strong>
          {words["card.until"]} {formatMoment(link.expires)}
        </strong>{" "}
        {words["card.once"]}
      </footer>
    </article>
  );
}
