/** What stands between watchers and nodes out there, and what it does to them, in a form that a test can steer. */
package dev.rowhound.edge;
