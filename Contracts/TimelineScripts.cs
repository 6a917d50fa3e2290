namespace Microblog.Contracts;

/// <summary>
/// The operations on a list that must be atomic in Redis. Ids are compared as decimal strings (longer is larger), because
/// Lua's numbers are doubles and exact only to 2^53. One key each, so they run on a cluster too.
/// </summary>
internal static class TimelineScripts
{
    /// <summary>KEYS: list. ARGV: milliseconds a half-built list may live.</summary>
    public const string BeginBuild =
        """
        if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
        redis.call('RPUSH', KEYS[1], '-1')
        redis.call('PEXPIRE', KEYS[1], ARGV[1])
        return 1
        """;

    /// <summary>KEYS: list. ARGV: cap, lifetime in milliseconds, 1 when complete, ids.</summary>
    public const string EndBuild =
        """
        local complete = ARGV[3] == '1'
        local floor = nil
        local kept = redis.call('LRANGE', KEYS[1], 0, -1)
        -- Flushed or dropped meanwhile: pushes have been lost since, so the loaded past is not the whole any more.
        if kept[#kept] ~= '-1' then return 0 end
        """ + Join;

    /// <summary>As <see cref="EndBuild"/>, on a list that is in use; the third argument is ignored.</summary>
    public const string Merge =
        """
        local kept = redis.call('LRANGE', KEYS[1], 0, -1)
        local tail = kept[#kept]
        if tail == nil then return 0 end
        if tail == '-1' then
          -- The past that is being loaded may be from before the follow; the end of the build puts these in their place.
          for i = 4, #ARGV do redis.call('LPUSH', KEYS[1], ARGV[i]) end
          return 0
        end
        local complete = tail == '0'
        local floor = nil
        if not complete then
          floor = tail
          for i = 1, #kept do
            if #kept[i] < #floor or (#kept[i] == #floor and kept[i] < floor) then floor = kept[i] end
          end
        end
        """ + Join;

    /// <summary>KEYS: list. ARGV: id, cap, items over the cap before it trims. Most late ids still belong at the head, so that is looked at first.</summary>
    public const string Insert =
        """
        local id, length = ARGV[1], redis.call('LLEN', KEYS[1])
        local from, size = 0, 1
        while from < length do
          local part = redis.call('LRANGE', KEYS[1], from, from + size - 1)
          for i = 1, #part do
            local other = part[i]
            if other == id then return length end
            if other == '0' or other == '-1' or #other < #id or (#other == #id and other < id) then
              length = redis.call('LINSERT', KEYS[1], 'BEFORE', other, id)
              if length > ARGV[2] + ARGV[3] then redis.call('LTRIM', KEYS[1], 0, ARGV[2] - 1) end
              return length
            end
          end
          from, size = from + size, 50
        end
        return length
        """;

    private const string Join =
        """

        local seen, all = {}, {}
        local function add(id)
          if id ~= '0' and id ~= '-1' and not seen[id] then
            seen[id] = true
            all[#all + 1] = id
          end
        end
        for i = 1, #kept do add(kept[i]) end
        for i = 4, #ARGV do
          local id = ARGV[i]
          if not floor or #id > #floor or (#id == #floor and id > floor) then add(id) end
        end
        table.sort(all, function(a, b)
          if #a ~= #b then return #a > #b end
          return a > b
        end)
        local cap = tonumber(ARGV[1])
        if #all > cap then complete = false end
        redis.call('DEL', KEYS[1])
        for i = 1, math.min(#all, cap) do redis.call('RPUSH', KEYS[1], all[i]) end
        if complete then redis.call('RPUSH', KEYS[1], '0') end
        redis.call('PEXPIRE', KEYS[1], ARGV[2])
        return #all
        """;
}
