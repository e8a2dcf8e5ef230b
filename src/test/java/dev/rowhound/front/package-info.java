/** Tests of Rowhound behind the real front ends of Debian: nginx, Apache and HAProxy, each as a process of the test's. */
package dev.rowhound.front;
