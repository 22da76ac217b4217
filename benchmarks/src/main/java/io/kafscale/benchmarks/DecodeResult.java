package io.kafscale.benchmarks;

import java.util.List;

/**
 * How a row was decoded.
 *
 * @param ours records a second, with the checks that Kafka's reader makes
 * @param oursInFull records a second, with all checks; NaN when that was not measured
 * @param kafka records a second of Kafka's reader
 * @param bytesPerRecord what ours allocated
 */
record DecodeResult(double ours, double oursInFull, double kafka, double bytesPerRecord) {

    static DecodeResult of(int records, List<Measurement> measured) {
        double ours = Double.NaN;
        double oursInFull = Double.NaN;
        double kafka = Double.NaN;
        double bytesPerRecord = Double.NaN;
        for (Measurement one : measured) {
            double rate = one.undisturbedRate() * records;
            switch (one.name()) {
                case "ours" -> {
                    ours = rate;
                    bytesPerRecord = one.bytesPerOperation() / records;
                }
                case "oursInFull" -> oursInFull = rate;
                case "kafka" -> kafka = rate;
                default -> throw new IllegalArgumentException(one.name());
            }
        }
        return new DecodeResult(ours, oursInFull, kafka, bytesPerRecord);
    }

    double ratio() {
        return ours / kafka;
    }
}
