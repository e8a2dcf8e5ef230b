package dev.rowhound;

import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests one {@link TestNode} with both roles as a parameter. It starts with the first class that asks for it and
 * stops after the last test of all; a class that harms its node starts one of its own.
 */
public final class SharedNode implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(SharedNode.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == TestNode.class;
    }

    @Override
    public TestNode resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent("node", key -> start(), TestNode.class);
    }

    private static TestNode start() {
        try {
            return TestNode.start(Map.of());
        } catch (Exception e) {
            throw new ParameterResolutionException("the node did not start", e);
        }
    }
}
