package io.kafscale.config;

/** How a service writes its log. */
public enum LogFormat {
    /** A line for people. */
    TEXT,
    /** A JSON object a line, for collectors. */
    JSON
}
