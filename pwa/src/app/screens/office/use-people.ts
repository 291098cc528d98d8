/** The people whose access I look after, as the server knows them now. */
import { useEffect, useState } from "preact/hooks";
import { api } from "../../../shared/api";
import { NetworkError } from "../../../shared/problem";
import { explain } from "../../problems";
import { here } from "../../session";
import type { PersonRow } from "./people-data";
import { t } from "./t";

/** The list stays on the screen while a newer one is fetched. */
export function usePeople() {
  const { profile } = here();
  const [people, setPeople] = useState<readonly PersonRow[] | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const look = async (): Promise<void> => {
    try {
      setPeople(await api<PersonRow[]>("GET", "/api/people", undefined, profile.device));
      setTrouble(null);
    } catch (error) {
      setTrouble(error instanceof NetworkError ? t("people.online") : explain(error));
    }
  };
  useEffect(() => void look(), []);
  return { people, trouble, look };
}
