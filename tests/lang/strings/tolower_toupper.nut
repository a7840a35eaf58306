// ASCII letters only.
print("MiXed 1".tolower() + "\n")   // expect: mixed 1
print("MiXed 1".toupper() + "\n")   // expect: MIXED 1
