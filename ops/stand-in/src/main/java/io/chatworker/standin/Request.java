package io.chatworker.standin;

/**
 * A request as it came over HTTP.
 *
 * @param path without a query
 * @param chunks whether the client understands chunked bodies, which one of HTTP/1.0 does not
 * @param keepAlive whether another request may follow on the connection; never after one of HTTP/1.0
 */
record Request(String method, String path, String body, boolean chunks, boolean keepAlive) {}
