package dev.rowhound.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.rowhound.intake.IntakeException.Code;
import java.nio.charset.Charset;

/**
 * A file's encoding, detected from its first bytes.
 *
 * @param charset UTF-16 if a byte order mark indicates it, else UTF-8
 * @param markLength the length of the byte order mark in bytes
 */
record TextEncoding(Charset charset, int markLength) {

    /**
     * Detects the encoding.
     *
     * @throws IntakeException if the bytes are those of a binary file format
     */
    static TextEncoding of(byte[] head, int length) {
        // Maps each byte to the character of the same value, so that bytes can be compared as text.
        String start = new String(head, 0, length, ISO_8859_1);
        if (start.startsWith("\u00EF\u00BB\u00BF")) {
            return new TextEncoding(UTF_8, 3);
        }
        if (start.startsWith("\u00FF\u00FE")) {
            return new TextEncoding(UTF_16LE, 2);
        }
        if (start.startsWith("\u00FE\u00FF")) {
            return new TextEncoding(UTF_16BE, 2);
        }
        if (start.startsWith("PK\u0003\u0004")) {
            throw notText(zipContent(start));
        }
        if (start.startsWith("\u00D0\u00CF\u0011\u00E0")) {
            throw notText("an Excel workbook of the old kind");
        }
        if (start.startsWith("%PDF-")) {
            throw notText("a PDF document");
        }
        if (start.startsWith("\u001F\u008B")) {
            throw notText("compressed by gzip");
        }
        if (start.startsWith("\u0089PNG") || start.startsWith("\u00FF\u00D8\u00FF")) {
            throw notText("a picture");
        }
        return new TextEncoding(UTF_8, 0);
    }

    private static String zipContent(String start) {
        if (start.contains("opendocument.spreadsheet")) {
            return "an OpenDocument spreadsheet";
        }
        return start.contains("[Content_Types].xml") || start.contains("xl/") ? "an Excel workbook" : "a ZIP archive";
    }

    private static IntakeException notText(String what) {
        return IntakeException.ofFile(Code.NOT_TEXT, 1, "the file is " + what + "; save it as CSV (UTF-8)");
    }
}
