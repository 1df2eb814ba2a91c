#ifndef LEDGER_H
#define LEDGER_H
#include <stddef.h>

void balance(char *text, size_t size);

#endif
