package dev.rowhound.cli;

import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The address of a server as an option's value. */
record ServerAddress(URI uri) {
    /** Reads an address with scheme and host. */
    static final class Converter implements ITypeConverter<ServerAddress> {
        @Override
        public ServerAddress convert(String text) {
            try {
                URI uri = new URI(text);
                boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
                if (http && uri.getHost() != null && uri.getQuery() == null && uri.getFragment() == null) {
                    return new ServerAddress(uri);
                }
            } catch (URISyntaxException e) {
                // Told below, like an address of another kind.
            }
            throw new TypeConversionException(
                    "\"" + text + "\" is no server's address; give one such as http://127.0.0.1:8102");
        }
    }
}
