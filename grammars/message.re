/* Start lines: RFC 3261 25.1. */
/*!re2c
sip_version     = 'SIP' "/" digit+ "." digit+;
reason_text     = (reserved | unreserved | escaped | utf8_nonascii | utf8_cont | wsp)+;
*/
