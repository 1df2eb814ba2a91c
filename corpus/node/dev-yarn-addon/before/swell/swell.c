#include <node_api.h>

static napi_value height(napi_env env, napi_callback_info info) {
  napi_value metres;
  napi_create_double(env, 2.5, &metres);
  return metres;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "height", NAPI_AUTO_LENGTH, height, NULL, &function);
  napi_set_named_property(env, exports, "height", function);
  return exports;
}
