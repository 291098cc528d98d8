// Style is a test: strict types, no floating promises, no `any`, and who may import whom.
import tseslint from "typescript-eslint";

/** The layers, lowest first: shared ← store ← sync, forms ← {sw, app}. A layer imports only what it lists. */
const LAYERS = {
  shared: [],
  store: ["shared"],
  sync: ["shared", "store"],
  forms: ["shared", "store"],
  sw: ["shared", "store", "sync", "forms"],
  app: ["shared", "store", "sync", "forms"],
};

function layer(name, allowed) {
  const forbidden = Object.keys(LAYERS).filter((other) => other !== name && !allowed.includes(other));
  return {
    files: [`src/${name}/**/*.{ts,tsx}`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: forbidden.map((other) => ({
            regex: `^(\\.\\./)+${other}(/|$)`,
            message: `src/${name} may import only from: ${allowed.join(", ") || "nothing of ours"}.`,
          })),
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ["dist/**", "node_modules/**", "public/**"] },
  {
    files: ["**/*.{ts,tsx}"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: ["./tsconfig.json", "./tsconfig.worker.json", "./tsconfig.tests.json"], tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "max-lines": ["error", 600],
      "max-lines-per-function": ["error", { max: 70, skipComments: true }],
      "max-params": ["error", 4],
      eqeqeq: ["error", "always", { null: "ignore" }],
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true, argsIgnorePattern: "^_" }],
      "no-console": "error",
    },
  },
  { files: ["**/*.test.{ts,tsx}"], rules: { "max-lines-per-function": "off", "@typescript-eslint/unbound-method": "off" } },
  { files: ["src/app/**/*.tsx"], rules: { "max-lines-per-function": ["error", 120] } },
  ...Object.entries(LAYERS).map(([name, allowed]) => layer(name, allowed)),
);
