/** The form's tree on the screen: groups as cards, notes as text, questions in between; hidden ones are not there. */
import type { FormNode } from "../../../../shared/form";
import type { Value, Values } from "../../../../shared/protocol";
import { localized } from "../../../i18n";
import { Icon } from "../../../ui";
import { Question } from "./questions";

export interface NodesProps {
  nodes: readonly FormNode[];
  values: Values;
  shown: ReadonlySet<string>;
  required: ReadonlySet<string>;
  errors: ReadonlyMap<string, string>;
  change: (node: FormNode, value: Value | null, soon: boolean) => void;
  leave: (path: string) => void;
}

function Group({ node, ...rest }: NodesProps & { node: FormNode }) {
  return (
    <section class="card questions" aria-label={localized(node.label)}>
      {node.label && <h2>{localized(node.label)}</h2>}
      <Nodes {...rest} nodes={node.children ?? []} />
    </section>
  );
}

function Each({ node, ...rest }: NodesProps & { node: FormNode }) {
  if (node.t === "group") return <Group node={node} {...rest} />;
  if (node.t === "note") {
    return (
      <p class="note">
        <Icon name="info" />
        <span>{localized(node.label)}</span>
      </p>
    );
  }
  return (
    <div class="question" data-path={node.path}>
      <Question
        node={node}
        value={rest.values[node.path]}
        required={rest.required.has(node.path)}
        error={rest.errors.get(node.path)}
        change={(value, soon) => rest.change(node, value, soon)}
        leave={() => rest.leave(node.path)}
      />
    </div>
  );
}

export function Nodes({ nodes, ...rest }: NodesProps) {
  return (
    <>
      {nodes
        .filter((node) => rest.shown.has(node.path))
        .map((node) => (
          <Each key={node.path} node={node} nodes={nodes} {...rest} />
        ))}
    </>
  );
}
