export { Button, LinkButton } from "./button";
export { StateChip, StateChips } from "./chip";
export { Dialog } from "./dialog";
export { describedBy, Field } from "./field";
export { GrowingList } from "./growing";
export { Icon, type IconName } from "./icon";
export { LanguageChoice } from "./language";
export { Page } from "./page";
export { Banner, Card, EmptyState, Facts, List, ListItem } from "./surface";
