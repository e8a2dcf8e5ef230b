/** Tests of the program as a user starts it: processes of their own, from the jar, watched from outside. */
package dev.rowhound.process;
