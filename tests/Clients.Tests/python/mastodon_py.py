"""Mastodon.py, as Debian packages it, against a running Microblog: what a bot or an archiver does."""
import os
import queue
import time
import unittest
import uuid

from mastodon import Mastodon, MastodonAPIError, MastodonIllegalArgumentError, MastodonNotFoundError, MastodonUnauthorizedError, StreamListener

URL = os.environ.get("MICROBLOG_URL", "http://localhost:3000").rstrip("/")
PICTURE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "files", "picture.png")
PASSWORD = "correct horse battery"
SCOPES = ["read", "write", "follow"]
WAIT = 10


def eventually(what, read, is_right):
    end = time.monotonic() + WAIT
    while True:
        seen = read()
        if is_right(seen):
            return seen
        if time.monotonic() > end:
            raise AssertionError(f"waited {WAIT} s in vain for {what}; last seen: {seen}")
        time.sleep(0.1)


class Ears(StreamListener):
    """Keeps what a stream says, in its order."""

    def __init__(self):
        self.heard = queue.Queue()

    def on_update(self, status):
        self.heard.put(("update", status["id"]))

    def on_status_update(self, status):
        self.heard.put(("status_update", status["id"]))

    def on_delete(self, status_id):
        self.heard.put(("delete", status_id))

    def on_notification(self, notification):
        self.heard.put((notification["type"], notification["status"]["id"] if notification.get("status") else notification["account"]["id"]))

    def on_abort(self, err):
        self.heard.put(("abort", str(err)))

    def next(self, count):
        """So many events, sorted: an update and a notification of the same moment may come in either order."""
        try:
            return sorted(self.heard.get(timeout=WAIT) for _ in range(count))
        except queue.Empty:
            raise AssertionError(f"fewer than {count} events within {WAIT} s") from None


def listen(start, *arguments):
    """Starts a stream in the background and returns once the server has answered."""
    ears = Ears()
    stream = start(*arguments, ears, run_async=True, timeout=2 * WAIT)
    eventually("the stream to open", lambda: stream.connection, lambda connection: connection is not None)
    return ears, stream


class Person:
    """Somebody with an account, signed up through the library."""

    def __init__(self, name):
        self.username = f"{name}_{uuid.uuid4().hex[:8]}"
        self.email = f"{self.username}@example.org"
        client_id, secret = Mastodon.create_app("Mastodon.py", scopes=SCOPES, api_base_url=URL)
        self.api = Mastodon(client_id=client_id, client_secret=secret, api_base_url=URL, request_timeout=20, ratelimit_method="throw")
        self.api.create_account(self.username, PASSWORD, self.email, agreement=True, locale="en", scopes=SCOPES)
        self.id = self.api.account_verify_credentials()["id"]


class MastodonPy(unittest.TestCase):
    def setUp(self):
        self.alice, self.bob = Person("alice"), Person("bob")

    def test_logs_in_with_a_password_and_knows_the_server(self):
        client_id, secret = Mastodon.create_app("Mastodon.py", scopes=SCOPES, api_base_url=URL)
        api = Mastodon(client_id=client_id, client_secret=secret, api_base_url=URL)
        api.log_in(self.alice.email, PASSWORD, scopes=SCOPES)
        self.assertEqual(self.alice.username, api.account_verify_credentials()["username"])
        self.assertEqual(256, api.instance()["configuration"]["statuses"]["max_characters"])
        self.assertEqual("microblog", api.instance_nodeinfo()["software"]["name"])
        self.assertRegex(api.retrieve_mastodon_version(), r"^4\.\d+\.\d+")
        self.assertEqual(self.alice.id, api.account_lookup(self.alice.username)["id"])
        with self.assertRaises(MastodonIllegalArgumentError):
            Mastodon(client_id=client_id, client_secret=secret, api_base_url=URL).log_in(self.alice.email, "wrong", scopes=SCOPES)

    def test_posts_and_a_follower_reads_home_and_is_notified(self):
        alice, bob = self.alice.api, self.bob.api
        self.assertTrue(bob.account_follow(self.alice.id)["following"])
        self.assertTrue(alice.account_relationships(self.bob.id)[0]["followed_by"])
        status = alice.status_post(f"Hello @{self.bob.username}", visibility="private", spoiler_text="a greeting", language="en")
        home = eventually("the status at home", bob.timeline_home, lambda page: any(entry["id"] == status["id"] for entry in page))
        self.assertEqual("a greeting", home[0]["spoiler_text"])
        eventually("the mention", bob.notifications, lambda page: any(n["type"] == "mention" and n["status"]["id"] == status["id"] for n in page))
        eventually("the follower", alice.notifications, lambda page: any(n["type"] == "follow" and n["account"]["id"] == self.bob.id for n in page))
        bob.notifications_clear()
        self.assertEqual([], bob.notifications())

    def test_pages_through_a_timeline_in_both_directions(self):
        posted = [self.alice.api.status_post(f"Number {i}")["id"] for i in range(1, 8)]
        newest_first = posted[::-1]
        first = self.alice.api.account_statuses(self.alice.id, limit=3)
        self.assertEqual(newest_first, [status["id"] for status in self.alice.api.fetch_remaining(first)])

        oldest = self.alice.api.account_statuses(self.alice.id, limit=3, max_id=posted[2])
        page, found = oldest, [status["id"] for status in oldest]
        while page := self.alice.api.fetch_previous(page):
            found = [status["id"] for status in page] + found
        self.assertEqual(newest_first, found)

    def test_an_idempotency_key_posts_once(self):
        key = uuid.uuid4().hex
        ids = {self.alice.api.status_post("Once", idempotency_key=key)["id"] for _ in range(3)}
        self.assertEqual(1, len(ids))

    def test_edits_favourites_reblogs_and_deletes(self):
        alice, bob = self.alice.api, self.bob.api
        status = alice.status_post("One")
        self.assertIn("Two", alice.status_update(status["id"], "Two")["content"])
        self.assertEqual(["<p>One</p>", "<p>Two</p>"], [version["content"] for version in alice.status_history(status["id"])])
        self.assertEqual("Two", alice.status_source(status["id"])["text"])
        self.assertTrue(bob.status_favourite(status["id"])["favourited"])
        self.assertEqual(status["id"], bob.status_reblog(status["id"])["reblog"]["id"])
        self.assertEqual([self.bob.id], [account["id"] for account in alice.status_favourited_by(status["id"])])
        self.assertEqual([self.bob.id], [account["id"] for account in alice.status_reblogged_by(status["id"])])
        alice.status_delete(status["id"])
        with self.assertRaises(MastodonNotFoundError):
            bob.status(status["id"])

    def test_uploads_a_picture_with_a_description(self):
        media = self.alice.api.media_post(PICTURE, description="A gradient", focus=(0.5, -0.5), synchronous=True)
        self.assertEqual(("image", "A gradient"), (media["type"], media["description"]))
        status = self.alice.api.status_post("Look", media_ids=[media])
        self.assertEqual([media["id"]], [attachment["id"] for attachment in status["media_attachments"]])

    def test_searches_blocks_and_mutes(self):
        alice = self.alice.api
        self.assertEqual([self.bob.id], [account["id"] for account in alice.search_v2(self.bob.username, result_type="accounts")["accounts"]])
        self.assertTrue(alice.account_mute(self.bob.id)["muting"])
        self.assertEqual([self.bob.id], [account["id"] for account in alice.mutes()])
        self.assertFalse(alice.account_unmute(self.bob.id)["muting"])
        self.assertTrue(alice.account_block(self.bob.id)["blocking"])
        self.assertEqual([self.bob.id], [account["id"] for account in alice.blocks()])
        self.assertFalse(alice.account_unblock(self.bob.id)["blocking"])

    def test_errors_are_understood(self):
        with self.assertRaisesRegex(MastodonAPIError, "256"):
            self.alice.api.status_post("x" * 257)
        with self.assertRaises(MastodonUnauthorizedError):
            Mastodon(access_token="nonsense", api_base_url=URL).timeline_home()

    def test_the_user_stream_brings_posts_edits_deletions_and_notifications(self):
        alice, bob = self.alice.api, self.bob.api
        bob.account_follow(self.alice.id)
        self.assertTrue(bob.stream_healthy())
        ears, stream = listen(bob.stream_user)
        try:
            status = alice.status_post(f"@{self.bob.username} One")
            self.assertEqual([("mention", status["id"]), ("update", status["id"])], ears.next(2))
            alice.status_update(status["id"], f"@{self.bob.username} Two")
            self.assertEqual([("status_update", status["id"])], ears.next(1))
            alice.status_delete(status["id"])
            self.assertEqual([("delete", status["id"])], [(kind, int(id)) for kind, id in ears.next(1)])
        finally:
            stream.close()

    def test_the_hashtag_stream_brings_posts_with_the_tag_only(self):
        tag = f"tag{uuid.uuid4().hex[:8]}"
        ears, stream = listen(self.bob.api.stream_hashtag, tag)
        try:
            self.alice.api.status_post("without")
            status = self.alice.api.status_post(f"with #{tag}")
            self.assertEqual([("update", status["id"])], ears.next(1))
        finally:
            stream.close()


if __name__ == "__main__":
    unittest.main(verbosity=2)
