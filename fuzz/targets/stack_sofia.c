/* Sofia-SIP's user agent (nua) as the accused: takes calls, answers what it knows how to answer,
 * and leaves the rest to its library. */
#include <stdio.h>

#include <sofia-sip/nua.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/soa.h>
#include <sofia-sip/su_log.h>
#include <sofia-sip/su_tag_io.h>

#include "target.h"

static su_root_t *root;
static nua_t *nua;
static bool stopped;

/* What the library leaves to its user: requests that it has no policy for. */
static void on_event(nua_event_t event, int status, char const *phrase, nua_t *agent,
                     nua_magic_t *magic, nua_handle_t *handle, nua_hmagic_t *hmagic,
                     sip_t const *sip, tagi_t tags[])
{
    (void)phrase;
    (void)magic;
    (void)hmagic;
    (void)sip;
    (void)tags;
    switch (event) {
    case nua_i_register:
    case nua_i_publish:
    case nua_i_subscribe:
    case nua_i_refer:
    case nua_i_method:
        if (status < 200)
            nua_respond(handle, SIP_403_FORBIDDEN, NUTAG_WITH_THIS(agent), TAG_END());
        break;
    case nua_r_shutdown:
        stopped = status >= 200;
        break;
    default:
        break;
    }
}

static void no_log(void *stream, char const *format, va_list args)
{
    (void)stream;
    (void)format;
    (void)args;
}

static bool init(void)
{
    su_init();
    su_log_redirect(NULL, no_log, NULL);
    return true;
}

static bool start(const char *address)
{
    char url[64], sdp[200];

    root = su_root_create(NULL);
    if (!root)
        return false;
    su_root_threading(root, 0); /* all of it in this thread */
    snprintf(url, sizeof url, "sip:%s:5060;transport=udp", address);
    snprintf(
        sdp, sizeof sdp,
        "v=0\r\no=- 1 1 IN IP4 %s\r\ns=-\r\nc=IN IP4 %s\r\nt=0 0\r\nm=audio 40000 RTP/AVP 0\r\n",
        address, address);
    stopped = false;
    nua = nua_create(root, on_event, NULL, NUTAG_URL(url), NUTAG_AUTOALERT(1), NUTAG_AUTOANSWER(1),
                     SOATAG_USER_SDP_STR(sdp), NUTAG_MEDIA_ENABLE(1), TAG_END());
    return nua != NULL;
}

static void step(int milliseconds)
{
    su_root_step(root, milliseconds);
}

static void stop(void)
{
    nua_shutdown(nua);
    for (int i = 0; i < 2000 && !stopped; i++)
        su_root_step(root, 1000);
    if (stopped)
        nua_destroy(nua);
    su_root_destroy(root);
}

const struct target_stack target_stack = {
    .name = "Sofia-SIP",
    .init = init,
    .start = start,
    .step = step,
    .stop = stop,
};
