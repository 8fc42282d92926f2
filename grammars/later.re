/* Pieces of header field values of RFCs after RFC 3261. */
/*!re2c
// RFC 3840 9. The tag-value-list and the quotes are the reader's.
token_nobang    = (alphanum | [-.%*_+`'~])+;
number          = [-+]? digit+ ("." digit*)?;
numeric         = "#" (">=" | "<=" | "=" | number ":") number;
tag_value       = "!"? (token_nobang | numeric);        // boolean is a token_nobang
ftag_name       = alpha (alpha | digit | [!'.%] | "-")*;

// RFC 5322 3.2.3
atext           = alpha | digit | [-!#$%&'*+/=?^_`{|}~];
dot_atom_text   = atext+ ("." atext+)*;
*/
