"""Ids of the seed that the sandbox is shipped with, `gateway/sandbox/seed.json`."""

CONTOSO = "28089560-09e9-4305-9944-5fb2b1a786e5"
"""Customer in the United States; owns the demo cart."""
FABRIKAM = "9d087156-a5f7-46c4-b55a-9a0f889b594a"
"""Customer with a credit limit of 2,500.00 USD."""
WINGTIP = "792f0402-7c6d-4aa7-96f5-67b91f52e1bd"
"""Customer that has not accepted the Microsoft Customer Agreement."""
ADATUM = "6edaebfe-43a1-4a8f-8c3d-3c1683762336"
"""Customer in Sweden."""
NOBODY = "00000000-0000-0000-0000-00000000000f"
"""The id of no customer."""

DEMO_CART = "29982361-779a-41ea-991a-6ee4c320e033"

BASIC = "CFQ7TTC0LH18:0001:CFQ7TTC0K971"
"""Catalogue item: Microsoft 365 Business Basic, for 1 to 300 seats."""
PREMIUM = "CFQ7TTC0LCHC:0002:CFQ7TTC0KFFN"
"""Catalogue item: Microsoft 365 Business Premium."""

ALPINE = "8e9d2fba-176a-4bc1-90fe-27f5c6864792"
"""Customer in France with subscriptions in every state."""
FJORD = "4c2b661d-266a-4343-902d-329fc91c0d1c"
"""Customer in Norway with an Azure plan that is not registered, and Azure of the old kind."""
