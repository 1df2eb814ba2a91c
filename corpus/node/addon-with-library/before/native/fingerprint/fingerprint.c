#include <node_api.h>
#include <sodium.h>

static napi_value fingerprint(napi_env env, napi_callback_info info) {
  size_t count = 1, length = 0;
  napi_value argument, result;
  char text[512], hex[crypto_generichash_BYTES * 2 + 1];
  unsigned char hash[crypto_generichash_BYTES];

  napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
  napi_get_value_string_utf8(env, argument, text, sizeof text, &length);
  crypto_generichash(hash, sizeof hash, (const unsigned char *)text, length, NULL, 0);
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  napi_create_string_utf8(env, hex, NAPI_AUTO_LENGTH, &result);
  return result;
}

NAPI_MODULE_INIT() {
  napi_value function;

  if (sodium_init() < 0) return NULL;
  napi_create_function(env, "fingerprint", NAPI_AUTO_LENGTH, fingerprint, NULL, &function);
  napi_set_named_property(env, exports, "fingerprint", function);
  return exports;
}
