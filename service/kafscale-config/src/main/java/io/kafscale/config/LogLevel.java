package io.kafscale.config;

/** The least that a service logs. */
public enum LogLevel {
    /** Each step, the clients' too; much. */
    DEBUG,
    /** What a person may want to know later. */
    INFO,
    /** What a person should know: something was lost, refused, or keeps failing. */
    WARN,
    /** What ends something. */
    ERROR
}
