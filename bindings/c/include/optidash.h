/* Generated from bindings/c by cbindgen. Do not edit. */

#ifndef OPTIDASH_H
#define OPTIDASH_H

#include <stdint.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// The version of this interface; a caller compares it with its own before anything else.
uint32_t optidash_abi_version(void);

// Memory for `size` bytes, null when there is none.
uint8_t *optidash_alloc(size_t size);

// Gives memory back that came from `optidash_alloc` or `optidash_call`; null is ignored.
//
// # Safety
// `pointer` is null, or came with exactly `size` bytes and is not used afterwards.
void optidash_free(uint8_t *pointer, size_t size);

// Calls an operation of the core and answers with a result block, null only when there is no memory for one.
//
// # Safety
// `operation` and `input` are readable for their lengths, or their lengths are 0; nobody writes to them meanwhile.
uint8_t *optidash_call(const uint8_t *operation,
                       size_t operation_len,
                       const uint8_t *input,
                       size_t input_len);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* OPTIDASH_H */
