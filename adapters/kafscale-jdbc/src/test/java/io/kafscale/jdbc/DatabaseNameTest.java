package io.kafscale.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatabaseNameTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            jdbc:postgresql://db:5432/app?user=me&password=hunter2      | jdbc:postgresql://db:5432/app
            jdbc:mysql://me:hunter2@db1,db2/app?useSSL=true             | jdbc:mysql://db1,db2/app
            jdbc:mysql://me:hunter?2@db/app                             | jdbc:mysql://…
            jdbc:postgresql://db/app?user=me@host&password=hunter2      | jdbc:postgresql://…
            jdbc:mysql://(host=db,user=me,password=hunter2)/app         | jdbc:mysql://…
            jdbc:oracle:thin:me/hunter2@//db:1521/app                   | jdbc:oracle://db:1521/app
            jdbc:h2:file:/var/lib/app;USER=me;PASSWORD=hunter2          | jdbc:h2:file:/var/lib/app
            jdbc:sqlite:/var/lib/app.db                                 | jdbc:sqlite:/var/lib/app.db
            me/hunter2                                                  | jdbc:…
            """)
    void withoutSecrets_anyUrl_namesThePlaceAlone(String url, String name) {
        assertThat(DatabaseName.withoutSecrets(url)).isEqualTo(name);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            No suitable driver found for jdbc:foo://db/app?user=me&password=hunter2&ssl=true \
            | No suitable driver found for jdbc:foo://db/app?user=me&password=…&ssl=true
            bad URL jdbc:h2:app;PASSWORD=hunter2;X=1 | bad URL jdbc:h2:app;PASSWORD=…;X=1
            password authentication failed for user "me" | password authentication failed for user "me"
            """)
    void withoutPasswords_ofADriversMessage_leavesTheRest(String message, String shown) {
        assertThat(DatabaseName.withoutPasswords(message)).isEqualTo(shown);
    }
}
