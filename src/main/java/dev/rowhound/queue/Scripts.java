package dev.rowhound.queue;

import dev.rowhound.redis.LuaScript;

/** The scripts over a job's keys; the head of each file states its arguments, reply and cost. */
public final class Scripts {
    public static final LuaScript OPEN = load("open-2");
    public static final LuaScript APPEND = load("append-6");
    public static final LuaScript SEAL = load("seal-2");
    public static final LuaScript CLAIM = load("claim-6");
    public static final LuaScript START = load("start-4");
    public static final LuaScript RENEW = load("renew-3");
    public static final LuaScript AWAIT_QUESTION = load("await_question-8");
    public static final LuaScript ASK = load("ask-6");
    public static final LuaScript ASKED = load("asked-3");
    public static final LuaScript ANSWER = load("answer-6");
    public static final LuaScript COMPLETE = load("complete-12");
    public static final LuaScript DEFER = load("defer-7");
    public static final LuaScript TICK = load("tick-14");
    public static final LuaScript CONTROL = load("control-16");
    public static final LuaScript SNAPSHOT = load("snapshot-3");
    public static final LuaScript EXPIRE = load("expire-16");
    public static final LuaScript KEEP = load("keep-16");
    public static final LuaScript RESULTS = load("results-4");
    public static final LuaScript COMPACT_BEGIN = load("compact_begin-2");
    public static final LuaScript COMPACT = load("compact-10");
    public static final LuaScript FILES = load("files-2");
    public static final LuaScript SETTLE = load("settle-1");
    public static final LuaScript OFFER = load("offer-3");
    public static final LuaScript PICK = load("pick-3");
    public static final LuaScript REFUND = load("refund-3");
    public static final LuaScript SUSPEND_USER = load("suspend_user-3");
    public static final LuaScript WITHDRAW = load("withdraw-3");
    public static final LuaScript REPLY_BEGIN = load("reply_begin-1");
    public static final LuaScript REPLY_END = load("reply_end-1");

    private Scripts() {}

    private static LuaScript load(String name) {
        return LuaScript.load(Scripts.class, name);
    }
}
