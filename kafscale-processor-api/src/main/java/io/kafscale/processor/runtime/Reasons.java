package io.kafscale.processor.runtime;

/** What a person is told of a throwable: its own sentence, and where that says nothing, its kind. */
final class Reasons {

    private Reasons() {}

    static String of(Throwable cause) {
        String message = cause.getMessage();
        if (message == null || message.isBlank()) {
            return cause.getClass().getName();
        }
        boolean speaksForItself =
                cause.getClass().getName().startsWith("io.kafscale.") || cause.getClass() == java.io.IOException.class;
        return speaksForItself ? message : cause.getClass().getSimpleName() + ": " + message;
    }
}
