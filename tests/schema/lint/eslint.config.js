// Lints schema.graphql of the folder it is started in. Fields stand in the order of Partner Center's own tables, so that
// the two can be read side by side; the rule sets used here do not ask for the alphabet's.
import graphql from "@graphql-eslint/eslint-plugin";

// Part of the answer they stand in, and nothing to fetch again: an id would invite clients to cache them by it.
const valueTypes = [
  "AdditionalInformation",
  "AgreementConfirmation",
  "AgreementContact",
  "AgreementDocument",
  "AgreementTemplate",
  "AvailabilityTerm",
  "CancellationPolicy",
  "CartCheckoutResult",
  "CartParticipant",
  "CartPreview",
  "CartPreviewLineItem",
  "CartProblem",
  "CartTermTotal",
  "CartTotal",
  "CustomerAgreement",
  "CustomerQualification",
  "KeyValuePair",
  "OrderLineItem", // numbered within its order, and orders do not change
  "PageInfo",
  "Partner",
  "Pricing",
  "ProductCategory",
  "PromotionConstraints",
  "PromotionEligibility",
  "PromotionIneligibility",
  "PromotionProduct",
  "PromotionTerm",
  "PurchaseCommitment",
  "QuantityRange",
  "RefundOption",
  "RenewalOption",
  "RenewsTo",
  "SeatReduction",
  "SkuAttestation",
  "StockCheck",
  "StockRestriction",
  "SubscriptionNextTerm",
  "SubscriptionRefund",
  "SubscriptionUpgrade",
  "TermEndDate",
  "UpgradeTarget",
];

export default [
  {
    files: ["schema.graphql"],
    plugins: { "@graphql-eslint": graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: "schema.graphql" } },
    },
    rules: {
      ...graphql.configs["flat/schema-recommended"].rules,
      ...graphql.configs["flat/schema-relay"].rules,

      // What can be fetched again has an id. Pages, payloads, errors and warnings are made for one answer, as the values above are.
      "@graphql-eslint/strict-id-in-types": [
        "error",
        { exceptions: { suffixes: ["Connection", "Edge", "Payload", "Error", "Warning"], types: valueTypes } },
      ],

      // Partner Center sends and takes a cart's lines as a whole, so a page of them would promise what it cannot keep;
      // errors, terms and the like are few. Partners have a key of their own, and cannot be fetched by an id. The rule's
      // other checks, of edges themselves, stay.
      "@graphql-eslint/relay-edge-types": ["error", { listTypeCanWrapOnlyEdgeType: false, shouldImplementNode: false }],
    },
  },
];
