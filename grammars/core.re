/* Basic rules: RFC 3261 25.1 and the core of RFC 2234 6.1. Definitions only. */
/*!re2c
// RFC 2234 6.1
alpha           = [A-Za-z];
digit           = [0-9];
hexdig          = [0-9A-Fa-f];
sp              = " ";
wsp             = [ \t];
crlf            = "\r\n";
dquote          = ["];

// RFC 3261 25.1
alphanum        = alpha | digit;
reserved        = [;/?:@&=+$,];
mark            = [-_.!~*'()];
unreserved      = alphanum | mark;
escaped         = "%" hexdig hexdig;
lws             = (wsp* crlf)? wsp+;
utf8_cont       = [\x80-\xBF];
utf8_nonascii   = [\xC0-\xDF] utf8_cont
                | [\xE0-\xEF] utf8_cont{2}
                | [\xF0-\xF7] utf8_cont{3}
                | [\xF8-\xFB] utf8_cont{4}
                | [\xFC-\xFD] utf8_cont{5};
text_utf8char   = [\x21-\x7E] | utf8_nonascii;
lhex            = digit | [a-f];
token           = (alphanum | [-.!%*_+`'~])+;
word            = (alphanum | [-.!%*_+`'~()<>:\\"/[\]?{}])+;
ctext           = [\x21-\x27] | [\x2A-\x5B] | [\x5D-\x7E] | utf8_nonascii | lws;
quoted_pair     = "\\" ([\x00-\x09] | [\x0B-\x0C] | [\x0E-\x7F]);
qdtext          = lws | "\x21" | [\x23-\x5B] | [\x5D-\x7E] | utf8_nonascii;
quoted_text     = (qdtext | quoted_pair)+;              // the inside, when not empty
quoted_string   = dquote (qdtext | quoted_pair)* dquote; // SWS before it is the caller's
*/
