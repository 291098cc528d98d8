/** Who uses this phone, what of theirs still waits on it, and how to let somebody else at it. */
import { useState } from "preact/hooks";
import { tryPin } from "../../../store/persons";
import { usePersons, type Shown } from "../../data/persons";
import { here, persons } from "../../session";
import { putDown } from "../../shell/persons";
import { Banner, Button, Card, Dialog, List, ListItem } from "../../ui";
import { ChoosePin } from "./choose-pin";
import { waitingWords } from "./persons";
import { t } from "./persons-t";
import { PinPad } from "./pin-pad";

export function PersonsCard() {
  const { profile } = here();
  const [all, look] = usePersons();
  const [unkept, setUnkept] = useState(false);
  if (persons.value < 2) {
    return (
      <Card title={t("persons.card")}>
        <p class="soft">{t("persons.card.alone")}</p>
      </Card>
    );
  }
  const me = all?.find(({ id }) => id === profile.person.id);
  return (
    <Card title={t("persons.card")}>
      <List>
        {all?.map((each) => (
          <ListItem key={each.id} icon="person" title={each.profile.person.name} detail={waitingWords(each.waiting)} />
        ))}
      </List>
      <Button kind="primary" icon="people" wide onClick={() => putDown().then((down) => setUnkept(!down))}>
        {t("persons.switch")}
      </Button>
      {unkept && <Banner tone="problem" live title={t("persons.unkept")} />}
      <p class="soft small">{t("persons.card.away")}</p>
      {me && <ChangePin person={me} look={look} />}
      <p class="soft small">{t("persons.more")}</p>
    </Card>
  );
}

/** The present PIN first: whoever finds the phone open can't lock its owner out. */
function ChangePin({ person, look }: { person: Shown; look: () => Promise<void> }) {
  const [stage, setStage] = useState<"closed" | "now" | "new" | "done">("closed");
  const [tried, setTried] = useState({ right: true, until: person.until });
  const check = async (digits: string) => {
    const found = await tryPin(person.id, digits);
    setTried(found);
    if (found.right) setStage("new");
  };
  const close = () => setStage("closed");
  return (
    <div>
      <Button kind="quiet" onClick={() => setStage(person.hasPin ? "now" : "new")}>
        {t("persons.pin.change")}
      </Button>
      {stage === "done" && <p role="status">{t("persons.pin.changed")}</p>}
      <Dialog
        open={stage === "now" || stage === "new"}
        title={t("persons.pin.change")}
        onClose={close}
        actions={<Button onClick={close}>{t("app.cancel")}</Button>}
      >
        {stage === "now" ? (
          <PinPad title={t("pin.now")} trouble={tried.right ? null : t("pin.wrong")} until={tried.until} done={check} />
        ) : (
          <ChoosePin
            person={person}
            done={async () => {
              setStage("done");
              await look();
            }}
          />
        )}
      </Dialog>
    </div>
  );
}
