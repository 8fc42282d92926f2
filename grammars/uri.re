/* URIs and hosts: RFC 3261 25.1, IPv4address as RFC 5954 4.1 replaces it, tel as RFC 3966 3.
 * IPv6address is read by hand (src/parse/host.c): its counted groups make a large automaton, and
 * the address bytes are wanted anyway. */
/*!re2c
// userinfo. user_plain is user without the three octets that end an addr-spec outside angle
// brackets (RFC 3261 20).
user_unreserved = [&=+$,;?/];
user            = (unreserved | escaped | user_unreserved)+;
user_plain      = (unreserved | escaped | [&=+$/])+;
user_no_comma   = (unreserved | escaped | [&=+$;?/])+;
password        = (unreserved | escaped | [&=+$,])*;
password_plain  = (unreserved | escaped | [&=+$])*;
userinfo          = user (":" password)? "@";
userinfo_plain    = user_plain (":" password_plain)? "@";
userinfo_no_comma = user_no_comma (":" password_plain)? "@";

// host
domainlabel     = alphanum | alphanum (alphanum | "-")* alphanum;
toplabel        = alpha | alpha (alphanum | "-")* alphanum;
hostname        = (domainlabel ".")* toplabel "."?;
dec_octet       = digit | [1-9] digit | "1" digit{2} | "2" [0-4] digit | "25" [0-5];
ipv4address     = dec_octet "." dec_octet "." dec_octet "." dec_octet;

// uri-parameters and headers
param_unreserved = [[\]/:&+$];
paramchar       = param_unreserved | unreserved | escaped;
hnv_unreserved  = [[\]/?:+$];
hname           = (hnv_unreserved | unreserved | escaped)+;
hvalue          = (hnv_unreserved | unreserved | escaped)*;
header          = hname "=" hvalue;
headers         = "?" header ("&" header)*;

// absoluteURI: what follows the scheme. hier-part and opaque-part differ in nothing that a match
// of one line could tell, but for an IPv6reference, which src/parse/uri.c reads.
scheme          = alpha (alpha | digit | [-+.])*;
uric            = reserved | unreserved | escaped;
uric_plain      = unreserved | escaped | [/:@&=+$];

// RFC 3966 3
visual_separator = [-.()];
phonedigit      = digit | visual_separator;
phonedigit_hex  = hexdig | [*#] | visual_separator;
global_number_digits = "+" phonedigit* digit phonedigit*;
local_number_digits  = phonedigit_hex* (hexdig | [*#]) phonedigit_hex*;
*/
