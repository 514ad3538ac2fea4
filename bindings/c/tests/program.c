/* What a program in C does with the library: `program IMAGE` prints the answer of `transform` and the size of what it made. */
#include "optidash.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint32_t read_u32(const uint8_t *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void write_u32(uint8_t *bytes, uint32_t value) {
    for (int i = 0; i < 4; i++) bytes[i] = (uint8_t)(value >> (8 * i));
}

int main(int argc, char **argv) {
    static const char document[] = "{\"operations\": {\"resize\": {\"width\": 8}}}";
    const size_t length = sizeof document - 1;
    if (argc != 2 || optidash_abi_version() != 1) return 2;
    FILE *file = fopen(argv[1], "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) return 2;
    const size_t image = (size_t)ftell(file);
    rewind(file);

    const size_t size = 4 + length + image;
    uint8_t *input = optidash_alloc(size);
    write_u32(input, (uint32_t)length);
    memcpy(input + 4, document, length);
    if (fread(input + 4 + length, 1, image, file) != image) return 2;
    fclose(file);

    const char operation[] = "transform";
    uint8_t *result = optidash_call((const uint8_t *)operation, strlen(operation), input, size);
    optidash_free(input, size);
    const uint32_t status = read_u32(result), payload = read_u32(result + 4);
    const uint32_t answer = status == 0 ? read_u32(result + 8) : payload;
    const uint8_t *text = status == 0 ? result + 12 : result + 8;
    printf("%u %.*s\n", (unsigned)status, (int)answer, (const char *)text);
    if (status == 0) printf("%u bytes\n", (unsigned)(payload - 4 - answer));
    optidash_free(result, 8 + (size_t)payload);
    return (int)status;
}
