"""What restage knows of nginx's directives: those that need nothing but the official image, and nginx's variables.

Source: the index of directives and of variables in nginx's documentation, for the modules that the official image has
built in. What names other hosts, keys, sockets or modules is left out: nobody but the author knows whether those are there.
"""

from __future__ import annotations

import re

PLAIN = frozenset(
    """
    absolute_redirect add_header allow autoindex autoindex_exact_size autoindex_format autoindex_localtime break charset
    charset_types chunked_transfer_encoding client_body_buffer_size client_body_timeout client_header_buffer_size
    client_header_timeout client_max_body_size default_type deny directio disable_symlinks error_page etag expires gzip
    gzip_buffers gzip_comp_level gzip_disable gzip_http_version gzip_min_length gzip_proxied gzip_static gzip_types
    gzip_vary if_modified_since ignore_invalid_headers index internal keepalive_disable keepalive_requests
    keepalive_timeout large_client_header_buffers limit_conn limit_conn_status limit_conn_zone limit_except limit_rate
    limit_rate_after limit_req limit_req_status limit_req_zone log_format log_not_found map_hash_bucket_size
    map_hash_max_size max_ranges merge_slashes multi_accept open_file_cache open_file_cache_errors
    open_file_cache_min_uses open_file_cache_valid output_buffers port_in_redirect postpone_output real_ip_header
    real_ip_recursive recursive_error_pages reset_timedout_connection rewrite_log send_timeout sendfile
    sendfile_max_chunk server_name server_name_in_redirect server_names_hash_bucket_size server_names_hash_max_size
    server_tokens set set_real_ip_from sub_filter sub_filter_once sub_filter_types tcp_nodelay tcp_nopush
    timer_resolution try_files types_hash_bucket_size types_hash_max_size underscores_in_headers use
    variables_hash_bucket_size variables_hash_max_size worker_connections worker_cpu_affinity worker_priority
    worker_processes worker_rlimit_nofile
    """.split()
)
"""Directives that need nothing beside them."""

SENDING = frozenset({"return", "rewrite", "if", "allow", "deny", "internal"})
"""Directives that answer, lead elsewhere or shut out; where they are for all requests, the site is not served as it was."""

_VARIABLES = frozenset(
    """
    args binary_remote_addr body_bytes_sent bytes_sent connection connection_requests content_length content_type
    document_root document_uri gzip_ratio host hostname https invalid_referer is_args limit_rate msec nginx_version pid
    pipe query_string realpath_root remote_addr remote_port remote_user request request_body request_completion
    request_filename request_id request_length request_method request_time request_uri scheme sent_http server_addr
    server_name server_port server_protocol status time_iso8601 time_local uri proxy_add_x_forwarded_for
    upstream_addr upstream_response_time upstream_status upstream_connect_time upstream_header_time
    upstream_cache_status
    """.split()
)
_PREFIXES = ("arg_", "http_", "cookie_", "sent_http_", "sent_trailer_")
_NAME = re.compile(r"\$(?:\{(\w*)\}?|(\w+))")
_CAPTURED = re.compile(r"\(\?P?<(\w+)>")


def variables(word: str) -> tuple[str, ...]:
    """The variables that a word reads, but for the groups of a pattern (`$1`)."""
    found = (braced or plain for braced, plain in _NAME.findall(word))
    return tuple(name for name in found if not name.isdigit())


def captured(word: str) -> tuple[str, ...]:
    """The variables that a pattern sets by its named groups."""
    return tuple(_CAPTURED.findall(word))


def is_variable(name: str) -> bool:
    """Whether nginx itself sets a variable of this name."""
    return name in _VARIABLES or name.startswith(_PREFIXES)
