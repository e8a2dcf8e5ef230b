package dev.rowhound.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A key of the configuration and its value, as {@code --set} takes them. */
record Setting(String key, String value) {
    /** Reads {@code key=value}; the value may hold more equals signs. */
    static final class Converter implements ITypeConverter<Setting> {
        @Override
        public Setting convert(String text) {
            int equals = text.indexOf('=');
            if (equals < 1) {
                throw new TypeConversionException(
                        "\"" + text + "\" is no setting; give KEY=VALUE, such as worker.slots=4");
            }
            return new Setting(text.substring(0, equals), text.substring(equals + 1));
        }
    }
}
