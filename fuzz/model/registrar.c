/* A registrar (RFC 3261 10.3). */
#include "model.h"

void registrar_request(struct world *w, struct node *node, struct server *s)
{
    server_respond(w, s, response_to(w, node, s->request, 200, s->to_tag));
}
