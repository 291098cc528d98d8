// `vite build --config bench/enketo/vite.config.mjs --outDir <directory>`, with the vite of pwa/.
const here = import.meta.dirname;
const core = `${here}/node_modules/enketo-core`;

export default {
  root: here,
  publicDir: false,
  resolve: {
    alias: {
      "enketo/config": `${core}/config.js`,
      "enketo/dialog": `${core}/src/js/fake-dialog.js`,
      "enketo/translator": `${core}/src/js/fake-translator.js`,
      "enketo/widgets": `${core}/src/js/widgets.js`,
      "enketo/xpath-evaluator-binding": `${core}/src/js/xpath-evaluator-binding.js`,
      "enketo/file-manager": `${core}/src/js/file-manager.js`,
    },
  },
  build: {
    target: "es2022",
    emptyOutDir: true,
    modulePreload: false,
    rolldownOptions: {
      input: `${here}/page.js`,
      output: { entryFileNames: "page.js", chunkFileNames: "[name]-[hash].js" },
    },
  },
};
