#include <dlfcn.h>
#include <stdio.h>

int main(void) {
    void *library = dlopen("libgomp.so.1", RTLD_NOW);
    int (*teams)(void) = library ? (int (*)(void))dlsym(library, "omp_get_num_teams") : NULL;
    if (!teams) {
        puts(dlerror());
        return 1;
    }
    printf("%d team\n", teams());
    return 0;
}
