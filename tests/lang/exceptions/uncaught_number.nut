// Another value is shown as text.
throw 42                     // expect error: 42
