// Thirty-odd words, grown from empty.
local words = split("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega", " ")
local t = {}
foreach (w in words) t[w] <- 1
local line = ""
foreach (k, v in t) line += k + " "
print(line + "\n")           // expect: omicron omega pi zeta nu xi psi mu chi lambda eta epsilon iota upsilon tau kappa sigma rho beta phi alpha theta gamma delta 
