import { addTypenameSelectionDocumentTransform } from '@graphql-codegen/client-preset';
import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: '../../schema.graphql',
  documents: '../../operations/**/*.graphql',
  generates: {
    // Types, documents, and persisted-documents.json, which the gateway reads as GATEWAY_TRUSTED_DOCUMENTS.
    'src/generated/': {
      preset: 'client',
      // Apollo Client's cache needs the type of each object. It is asked for here, so that it is part of the persisted text.
      documentTransforms: [addTypenameSelectionDocumentTransform],
      presetConfig: { fragmentMasking: false, persistedDocuments: { hashAlgorithm: 'sha256' } },
      config: {
        scalars: {
          CountryCode: 'string',
          CurrencyCode: 'string',
          DateTime: 'string',
          // Digits in a string; Intl.NumberFormat formats them without rounding.
          Decimal: { input: 'string', output: '`${number}`' },
          Duration: 'string',
          JSON: 'unknown',
        },
        strictScalars: true,
        enumsAsTypes: true,
        futureProofEnums: true,
        avoidOptionals: { field: true },
        nonOptionalTypename: true,
        useTypeImports: true,
        emitLegacyCommonJSImports: false,
      },
    },
    // Which types implement an interface, for fragments such as `... on CartVersionConflictError`.
    'src/generated/possible-types.ts': {
      plugins: ['fragment-matcher'],
      config: { apolloClientVersion: 3, useExplicitTyping: true },
    },
  },
};

export default config;
