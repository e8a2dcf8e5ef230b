package dev.rowhound.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A TCP port as an option's value. */
record Port(int number) {
    private static final int HIGHEST = 65_535;

    @Override
    public String toString() {
        return Integer.toString(number);
    }

    /** Reads a port; 0 stands for any that is free. */
    static final class Converter implements ITypeConverter<Port> {
        @Override
        public Port convert(String text) {
            if (text.matches("[0-9]{1,5}") && Integer.parseInt(text) <= HIGHEST) {
                return new Port(Integer.parseInt(text));
            }
            throw new TypeConversionException("\"" + text + "\" is no port; give a number from 0 to " + HIGHEST);
        }
    }
}
