/* Pieces of header field values that are matched as a whole: RFC 3261 25.1. The rest of section
 * 25.1 is composed of these and of the basic rules by src/parse. */
/*!re2c
callid          = word ("@" word)?;
text            = (text_utf8char | lws)+;               // inside of TEXT-UTF8-TRIM, trimmed by the caller
extension_text  = (text_utf8char | utf8_cont | lws)+;   // header-value of extension-header
qvalue          = "0" ("." digit{0,3})? | "1" ("." "0"{0,3})?;
language_range  = alpha{1,8} ("-" alpha{1,8})*;
token68         = (alpha | digit | [-._~+/])+ "="*;        // RFC 7235 2.1
comment_text    = (ctext | quoted_pair)+;

// Date: case-sensitive, single SP (20.17)
wkday           = "Mon" | "Tue" | "Wed" | "Thu" | "Fri" | "Sat" | "Sun";
month           = "Jan" | "Feb" | "Mar" | "Apr" | "May" | "Jun"
                | "Jul" | "Aug" | "Sep" | "Oct" | "Nov" | "Dec";
date1           = digit{2} sp month sp digit{4};
time            = digit{2} ":" digit{2} ":" digit{2};
sip_date        = wkday "," sp date1 sp time sp "GMT";
*/
