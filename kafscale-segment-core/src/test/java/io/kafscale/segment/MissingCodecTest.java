package io.kafscale.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import org.apache.kafka.common.compress.Compression;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The library without the compression libraries, which its users may exclude. */
class MissingCodecTest {

    @ParameterizedTest
    @CsvSource({"snappy, org.xerial.snappy:snappy-java", "lz4, at.yawk.lz4:lz4-java", "zstd, com.github.luben:zstd-jni"
    })
    void cursor_libraryOfItsCodecMissing_namesTheArtifactToAdd(String codec, String artifact) throws Exception {
        byte[] bytes =
                TestSegments.segment(TestSegments.batch(0, Compression.of(codec).build(), TestSegments.numbered(3)));
        URL classes = SegmentReader.class.getProtectionDomain().getCodeSource().getLocation();
        try (URLClassLoader alone = new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
            Class<?> readerType = alone.loadClass(SegmentReader.class.getName());
            Object reader =
                    readerType.getMethod("open", String.class, byte[].class).invoke(null, TestSegments.NAME, bytes);
            Object cursor = readerType.getMethod("cursor").invoke(reader);
            Throwable thrown = catchThrowable(() -> {
                try {
                    cursor.getClass().getMethod("next").invoke(cursor);
                } catch (InvocationTargetException e) {
                    throw e.getCause();
                }
            });
            assertThat(thrown)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(TestSegments.NAME + ": the batch at byte 32 needs " + codec
                            + ", whose library is missing or cannot be loaded here: add " + artifact
                            + " to the class path");
        }
    }
}
