// A negative size is refused.
blob(-1)                     // expect error: cannot create blob with negative size
