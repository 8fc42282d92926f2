/* Session descriptions: RFC 8866 section 9, and RFC 4566 section 9 where it takes more. Pieces of
 * lines, which src/parse/sdp_lines.c composes. 0xFF ends the text, so what may hold any octet is not
 * matched here. Definitions only. */
/*!re2c
pos_digit           = [1-9];
sdp_token           = [!#-'*+\-.0-9A-Z^-~]+;
integer             = pos_digit digit*;
zero_based_integer  = "0" | integer;
non_zero_number     = integer | zero_based_integer "." digit* pos_digit;  // non-zero-int-or-real

// t=, r=, z=
sdp_time            = "0" | pos_digit digit{9,};
typed_time          = digit+ [dhms]?;

// e=, p=: addr-spec of RFC 5322 without its obsolete forms, folds and comments
email_safe          = [\x01-\x09\x0B\x0C\x0E-\x27\x2A-\x3B\x3D\x3F-\xFE];
atext               = alphanum | [!#$%&'*+\-/=?^_`{|}~];
dot_atom            = sp* atext+ ("." atext+)* sp*;
local_part          = dot_atom | sp* dquote ([\t !#-[\]-~\x80-\xFE] | "\\" [\t -~])* dquote sp*;
domain              = dot_atom | sp* "[" [!-Z^-~]* "]" sp*;
addr_spec           = local_part "@" domain;
phone               = "+"? digit [ \-0-9]+;

// k=
base64_char         = alphanum | [+/];
base64_pad          = base64_char{2} "==" | base64_char{3} "=";
base64              = (base64_char{4})+ base64_pad? | base64_pad;           // when not empty

// u=, and k=uri:, which may be empty: characters of an RFC 3986 URI-reference
uri_char            = alphanum | [-._~:/?#[\]@!$&'()*+,;=] | escaped;
*/
