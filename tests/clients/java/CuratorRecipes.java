import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.TreeCache;
import org.apache.curator.framework.recipes.cache.TreeCacheEvent;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;

/** Runs recipes of Apache Curator against the server of the first argument; one line for each, "NAME ok". */
public final class CuratorRecipes {
    private static final int SECONDS = 20;

    private static CuratorFramework client(String address) throws Exception {
        CuratorFramework client = CuratorFrameworkFactory.newClient(address, 6000, 5000, new RetryOneTime(200));
        client.start();
        check(client.blockUntilConnected(SECONDS, TimeUnit.SECONDS), "no connection");
        return client;
    }

    private static void check(boolean holds, String complaint) {
        if (!holds) {
            throw new IllegalStateException(complaint);
        }
    }

    private static void leaderLatch(CuratorFramework first, CuratorFramework second) throws Exception {
        LeaderLatch one = new LeaderLatch(first, "/leader", "one");
        one.start();
        check(one.await(SECONDS, TimeUnit.SECONDS), "the first one doesn't lead");
        LeaderLatch two = new LeaderLatch(second, "/leader", "two");
        two.start();
        while (two.getParticipants().size() < 2) {
            Thread.sleep(5);
        }
        check(!two.hasLeadership() && two.getLeader().getId().equals("one"), "two leaders");
        one.close();
        check(two.await(SECONDS, TimeUnit.SECONDS), "nobody follows the first leader");
        check(two.getLeader().getId().equals("two"), "the wrong leader");
        two.close();
    }

    private static void mutex(CuratorFramework first, CuratorFramework second) throws Exception {
        CuratorFramework[] clients = {first, second};
        AtomicInteger inside = new AtomicInteger();
        int[] counted = {0};
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Future<?>[] done = new Future<?>[4];
        for (int number = 0; number < done.length; number++) {
            InterProcessMutex lock = new InterProcessMutex(clients[number % 2], "/mutex");
            done[number] = threads.submit(() -> {
                for (int round = 0; round < 10; round++) {
                    check(lock.acquire(SECONDS, TimeUnit.SECONDS), "no lock");
                    check(inside.incrementAndGet() == 1, "two hold the lock");
                    counted[0]++;
                    inside.decrementAndGet();
                    lock.release();
                }
                return null;
            });
        }
        for (Future<?> each : done) {
            each.get(SECONDS, TimeUnit.SECONDS);
        }
        threads.shutdown();
        check(counted[0] == 40, "a round was lost");
    }

    private static void expect(BlockingQueue<String> events, String wanted) throws Exception {
        String event = events.poll(SECONDS, TimeUnit.SECONDS);
        check(wanted.equals(event), "expected " + wanted + ", got " + event);
    }

    private static void treeCache(CuratorFramework first, CuratorFramework second) throws Exception {
        second.create().creatingParentsIfNeeded().forPath("/tree/a/b", "1".getBytes());
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        TreeCache cache = new TreeCache(first, "/tree");
        CountDownLatch ready = new CountDownLatch(1);
        cache.getListenable().addListener((framework, event) -> {
            if (event.getType() == TreeCacheEvent.Type.INITIALIZED) {
                ready.countDown();
            } else if (event.getData() != null && ready.getCount() == 0) {
                events.add(event.getType() + " " + event.getData().getPath());
            }
        });
        cache.start();
        check(ready.await(SECONDS, TimeUnit.SECONDS), "never ready");
        check(new String(cache.getCurrentData("/tree/a/b").getData()).equals("1"), "wrong data");
        second.create().forPath("/tree/a/c", "2".getBytes());
        expect(events, "NODE_ADDED /tree/a/c");
        second.setData().forPath("/tree/a/b", "3".getBytes());
        expect(events, "NODE_UPDATED /tree/a/b");
        check(new String(cache.getCurrentData("/tree/a/b").getData()).equals("3"), "old data");
        second.delete().forPath("/tree/a/c");
        expect(events, "NODE_REMOVED /tree/a/c");
        second.delete().deletingChildrenIfNeeded().forPath("/tree/a");
        expect(events, "NODE_REMOVED /tree/a/b");
        expect(events, "NODE_REMOVED /tree/a");
        check(cache.getCurrentChildren("/tree").isEmpty(), "children left");
        cache.close();
    }

    private static void persistentNode(CuratorFramework first, CuratorFramework second) throws Exception {
        PersistentNode node = new PersistentNode(first, CreateMode.EPHEMERAL, false, "/kept", "here".getBytes());
        node.start();
        check(node.waitForInitialCreate(SECONDS, TimeUnit.SECONDS), "never created");
        Stat before = second.checkExists().forPath("/kept");
        check(before.getEphemeralOwner() == first.getZookeeperClient().getZooKeeper().getSessionId(), "wrong owner");
        second.delete().forPath("/kept");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        Stat after = null;
        while (after == null && System.nanoTime() < deadline) {
            after = second.checkExists().forPath("/kept");
            Thread.sleep(5);
        }
        check(after != null && after.getCzxid() > before.getCzxid(), "not created again");
        node.setData("there".getBytes());
        while (!new String(second.getData().forPath("/kept")).equals("there") && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        check(new String(second.getData().forPath("/kept")).equals("there"), "old data");
        node.close();
        check(second.checkExists().forPath("/kept") == null, "it stays after the end");
    }

    private interface Recipe {
        void run(CuratorFramework first, CuratorFramework second) throws Exception;
    }

    private static void run(String name, Recipe recipe, String address) throws Exception {
        try (CuratorFramework first = client(address); CuratorFramework second = client(address)) {
            recipe.run(first, second);
        }
        System.out.println(name + " ok");
    }

    public static void main(String[] arguments) throws Exception {
        run("leader latch", CuratorRecipes::leaderLatch, arguments[0]);
        run("mutex", CuratorRecipes::mutex, arguments[0]);
        run("tree cache", CuratorRecipes::treeCache, arguments[0]);
        run("persistent node", CuratorRecipes::persistentNode, arguments[0]);
        System.exit(0);
    }
}
