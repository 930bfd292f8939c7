package io.chatworker.worker;

import tools.jackson.databind.json.JsonMapper;

/** The mapper as the worker wires it, for tests of the packages below. */
public final class WorkerMapper {

    private static final JsonMapper MAPPER = new ChatWorkerConfiguration().mapper();

    private WorkerMapper() {}

    public static JsonMapper get() {
        return MAPPER;
    }
}
