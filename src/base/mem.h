/* Memory of a context: the caller's allocator, with every byte counted against one ceiling. */
#ifndef SIPSAN_BASE_MEM_H
#define SIPSAN_BASE_MEM_H

#include "sipsan.h"

struct sipsan_mem {
    void *(*alloc)(void *user, size_t n);
    void *(*resize)(void *user, void *p, size_t n);
    void (*release)(void *user, void *p);
    void *user;
    size_t used, peak, limit; /* bytes; limit 0: none */
    uint64_t refused;         /* requests turned down: limit or allocator */
};

/* malloc, realloc and free, without a ceiling. */
void sipsan_mem_init(struct sipsan_mem *mem);

/* NULL when refused. n is never 0. The caller hands the same n back when it frees. */
void *sipsan_mem_alloc(struct sipsan_mem *mem, size_t n);
void *sipsan_mem_zalloc(struct sipsan_mem *mem, size_t n);

/* NULL when refused: the old block stays as it was. p may be NULL with old 0. */
void *sipsan_mem_resize(struct sipsan_mem *mem, void *p, size_t old, size_t n);

void sipsan_mem_free(struct sipsan_mem *mem, void *p, size_t n);

/* What others hold on the caller's behalf. Charged in any case; false (counted as refused) when the
 * ceiling does not allow it, and the caller ends that soon. */
bool sipsan_mem_charge(struct sipsan_mem *mem, size_t n);
void sipsan_mem_credit(struct sipsan_mem *mem, size_t n);

/* As memset to 0, by a call: for a large object of constant size compilers make a loop that is
 * slower than the library. */
void sipsan_mem_zero(void *p, size_t n) __attribute__((noinline, used));

#endif
